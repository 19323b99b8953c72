// Every operation of the library, family by family. The sweep, the coverage page and the documentation
// are made from this list.

import Covector

/// The operations of the library.
public enum Catalogue {
  /// Every operation, in the order of the families.
  public static let all: [OpEntry] = families.flatMap { $0 }

  /// The families: one list in each file of this folder.
  static let families: [[OpEntry]] = [
    arithmeticOps, powerOps, exponentialOps, trigonometricOps, specialOps, specialGammaOps,
    specialBesselOps, specialEntropyOps, numberOps, roundingOps,
    extremumOps, compareOps, logicOps, bitwiseOps, selectOps, complexOps, castOps, shapeOps,
    reduceOps, reduceExtremumOps, reduceProductOps, nanReduceOps, normalizeOps, matrixProductOps,
    productOps, quantizeOps, einsumOps,
    activationOps, modelOps, lossOps, stopGradientOps, gatherOps, scatterOps, creationOps, scanOps,
    sortOps,
    selectionOps, countingOps, statisticsOps, assemblyOps, randomOps, randomDistributionOps,
    randomRejectionOps, fourierOps,
    shortFourierOps, linearAlgebraOps, convolutionOps, factorizationOps, matrixFunctionOps,
    controlFlowOps,
    debugPrintOps,
  ]
}
