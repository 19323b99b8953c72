// A function must return something.
// error: cannot convert value of type '()' to closure result type 'NDArray'
import Covector

let f = vmap { (x: NDArray) in print(x) }
