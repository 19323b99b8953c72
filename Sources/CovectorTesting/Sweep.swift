import Covector
