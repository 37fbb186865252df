"""Python tests report as the others do: `if __name__ == "__main__": tap.main()` runs the unittest cases
of the calling module and prints TAP, one line a case, with the cause of a failure as comments."""
import sys
import unittest


class TapResult(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.number = 0

    def line(self, test, good, note=""):
        self.number += 1
        name = getattr(test, "_testMethodName", str(test)).replace("#", "")
        print(f"{'ok' if good else 'not ok'} {self.number} {name}{note}", flush=True)

    def explain(self, error):
        for line in self._exc_info_to_string(error, None).splitlines():
            print(f"# {line}", flush=True)

    def addSuccess(self, test):
        self.line(test, True)

    def addSkip(self, test, reason):
        self.line(test, True, f" # SKIP {reason}")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.line(test, False)
        self.explain(err)

    def addError(self, test, err):
        super().addError(test, err)
        self.line(test, False)
        self.explain(err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            super().addSubTest(test, subtest, err)
            self.line(test, False)
            self.explain(err)

    def _exc_info_to_string(self, err, test):
        import traceback
        return "".join(traceback.format_exception(*err))


def main(names=()):
    """`names`: only the cases whose names hold one of these words."""
    loader = unittest.TestLoader()
    if names:
        loader.testNamePatterns = [f"*{name}*" for name in names]
    suite = loader.loadTestsFromModule(sys.modules["__main__"])
    print(f"1..{suite.countTestCases()}", flush=True)
    result = TapResult()
    suite.run(result)
    sys.exit(0 if result.wasSuccessful() else 1)
