// The result must be an array: reading it with item() ends the differentiation.
// error: cannot convert value of type 'Double' to closure result type 'NDArray'
import Covector

let f = grad { (x: NDArray) in x.item(Double.self) }
