// Samples of the operations in Ops/Einsum.swift.

import Covector

private func sample(
  _ subscripts: String, _ shapes: [[Int]], _ label: String? = nil
) -> OpEntry.Sample {
  let names = ["x", "y", "z", "w"].prefix(shapes.count).joined(separator: ", ")
  return .init(
    label ?? subscripts, shapes.map { .init($0, .real(-2, 2)) },
    oracle: "np.einsum('\(subscripts)', \(names))"
  ) { einsum(subscripts, $0) }
}

let einsumOps: [OpEntry] = [
  OpEntry(
    "einsum", dtypes: .numbers,
    [
      sample("ij,jk->ik", [[2, 3], [3, 4]]),
      sample("ij,jk", [[2, 3], [3, 4]]),
      sample("ba", [[2, 3]]),
      sample("ij->", [[2, 3]]),
      sample("ii", [[3, 3]]),
      sample("iij->ji", [[3, 3, 2]]),
      sample("i,j->ji", [[2], [3]]),
      sample("i,i", [[4], [4]]),
      sample("bij,bjk->bik", [[2, 3, 4], [2, 4, 2]]),
      sample("bhqd,bkhd->bhqk", [[2, 3, 2, 4], [2, 5, 3, 4]]),
      sample("...ij,...jk->...ik", [[2, 3, 4], [4, 2]]),
      sample("i...,i...", [[2, 3], [2, 1]]),
      sample("a...->...a", [[2, 3, 4]]),
      sample("ij,kj->i", [[2, 3], [4, 3]]),
      sample("ab,bc,cd->ad", [[2, 3], [3, 4], [4, 2]]),
      sample("i,ij,j,jk->k", [[2], [2, 3], [3], [3, 4]]),
      sample("ij,ij,ij->j", [[2, 3], [2, 3], [2, 3]]),
      sample(",i->i", [[], [3]]),
      sample("ij,jk->ik", [[2, 0], [0, 3]], "empty sum"),
      sample("ij , Jj -> J i", [[2, 3], [4, 3]]),
    ])
]
