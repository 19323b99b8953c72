// Arrays are compared element by element, by operators that begin with a dot.
// error: '==' is unavailable: use .== for each element, or arrayEqual(_:_:) for all
import Covector

let isSame = NDArray([1.0, 2.0]) == NDArray([1.0, 2.0])
