// A struct of arrays must say that it is a tree.
// error: requires that 'Model' conform to 'ArrayTree'
import Covector

struct Model { var weight: NDArray }
let f = vmap { (model: Model) in model.weight }
