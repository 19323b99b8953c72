// grad takes functions with one result; valueAndGrad takes more.
// error: cannot convert value of type '(NDArray, NDArray)' to closure result type 'NDArray'
import Covector

let f = grad { (x: NDArray) in (x.sum(), x * 2) }
