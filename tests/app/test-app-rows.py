"""A far jump in the panel's list paints what is there, and no empty rows in between."""
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "run")]
import tap  # noqa: E402

PROGRAM = os.path.join(sys.argv.pop(1), "tests/bench/panel-scroll")


class Rows(unittest.TestCase):
    def test_no_frame_has_empty_rows(self):
        done = subprocess.run([sys.executable, os.path.join(HERE, "..", "run", "session.py"), "--", PROGRAM, "seen"],
                              env={**os.environ, "GSK_RENDERER": "cairo", "GSETTINGS_BACKEND": "memory"},
                              capture_output=True, text=True, check=True)
        painted = [tuple(map(int, line.split()[1:])) for line in done.stdout.splitlines() if line.startswith("rows ")]
        self.assertGreater(len(painted), 300)
        # The toolkit paints none at all at its very first far jump, before it knows how high they are.
        self.assertLessEqual(len([rows for rows, _ in painted if rows < 5]), 1)
        self.assertEqual([frame for frame, (_, empty) in enumerate(painted) if empty > 0], [])


if __name__ == "__main__":
    tap.main()
