// Both arguments must be given, together.
// error: contextual closure type '(NDArray) -> NDArray' expects 1 argument, but 2 were used
import Covector

let x: NDArray = 1.0
let y = vmap { (a: NDArray, b: NDArray) in a * b }(x)
