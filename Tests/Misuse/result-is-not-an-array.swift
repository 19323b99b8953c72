// A function must return arrays, or trees of them.
// error: cannot convert value of type 'String' to closure result type 'NDArray'
import Covector

let f = vmap { (x: NDArray) in "text" }
