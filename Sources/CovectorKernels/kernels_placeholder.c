#include "CovectorKernels.h"
