// Axes are integers, nil, or lists and dictionaries of them.
// error: cannot convert value of type 'String' to expected argument type 'Axes'
import Covector

let f = vmap(in: "0") { (x: NDArray) in x }
