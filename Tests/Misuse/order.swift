// Arrays are compared element by element, by operators that begin with a dot.
// error: '>' is unavailable: use .> for each element
import Covector

let x = NDArray([1.0, -2.0])
let positive = x[x > 0]
