// Each result has a cotangent.
// error: declared closure result '(NDArray, NDArray)' is incompatible with contextual type 'NDArray'
import Covector

let x: NDArray = 1.0
let r = vjp({ (x: NDArray) -> (NDArray, NDArray) in (x, x) }, x, x)
