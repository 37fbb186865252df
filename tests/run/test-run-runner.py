"""The runner counts what it must: passes, failures, skips, crashes, hangs, plans cut short, and what is left behind."""
import contextlib
import importlib.util
import io
import os
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import tap  # noqa: E402

SPEC = importlib.util.spec_from_file_location("run_tests", os.path.join(HERE, "run-tests.py"))
run_tests = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(run_tests)


class Runner(unittest.TestCase):
    def setUp(self):
        self.room = tempfile.TemporaryDirectory()
        self.addCleanup(self.room.cleanup)

    def outcome(self, script, timeout=30, multiplier=1):
        entry = {"name": "sample", "folder": "base", "cmd": ["/bin/sh", "-c", script], "timeout": timeout,
                 "env": {}, "workdir": self.room.name}
        result = run_tests.run(entry, self.room.name, self.room.name, multiplier, False)
        return result.passed, len(result.failed), len(result.skipped)

    def test_passes_are_counted(self):
        self.assertEqual(self.outcome("printf '1..2\\nok 1 /a\\nok 2 /b\\n'"), (2, 0, 0))

    def test_a_failure_is_one(self):
        self.assertEqual(self.outcome("printf '1..2\\nok 1 /a\\nnot ok 2 /b\\n'; exit 1"), (1, 1, 0))

    def test_a_skip_is_neither(self):
        self.assertEqual(self.outcome("printf '1..2\\nok 1 /a\\nok 2 /b # SKIP not here\\n'"), (1, 0, 1))

    def test_a_whole_file_skipped(self):
        self.assertEqual(self.outcome("echo '1..0 # SKIP needs a moon'"), (0, 0, 1))

    def test_a_crash_fails(self):
        self.assertEqual(self.outcome("printf '1..2\\nok 1 /a\\n'; kill -SEGV $$"), (1, 1, 0))

    def test_a_plan_cut_short_fails(self):
        self.assertEqual(self.outcome("printf '1..3\\nok 1 /a\\n'"), (1, 1, 0))

    def test_silence_fails(self):
        self.assertEqual(self.outcome("exit 0"), (0, 1, 0))

    def test_a_bad_end_fails_after_good_cases(self):
        self.assertEqual(self.outcome("printf '1..1\\nok 1 /a\\n'; exit 3"), (1, 1, 0))

    def test_a_hang_ends_and_fails(self):
        self.assertEqual(self.outcome("echo 1..1; exec tail -f /dev/null", multiplier=0.01), (0, 1, 0))

    def test_a_process_left_behind_fails_and_ends(self):
        self.assertEqual(self.outcome("printf '1..1\\nok 1 /a\\n'; setsid tail -f /dev/null >/dev/null 2>&1 &"), (1, 1, 0))
        self.assertEqual(run_tests.marked_by_run(os.path.basename(self.room.name)), [])

    def test_its_home_is_its_own_and_goes_away(self):
        script = 'echo 1..1; test -d "$HOME" && test "$HOME" != "%s" && touch "$HOME/x" && echo ok 1 /a'
        self.assertEqual(self.outcome(script % os.path.expanduser("~")), (1, 0, 0))
        self.assertEqual(os.listdir(self.room.name), [])

    def test_what_failed_is_shown(self):
        result = run_tests.Result({"name": "sample", "folder": "base"})
        result.failed, result.output = ["/b"], "not ok 1 /b\n# why it failed\n"
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            run_tests.report(result, False)
        self.assertIn("why it failed", shown.getvalue())


class Session(unittest.TestCase):
    def test_a_command_has_a_screen_a_bus_and_a_keyring(self):
        script = ('test -n "$DISPLAY" && test -n "$DBUS_SESSION_BUS_ADDRESS" && xdotool getdisplaygeometry >/dev/null && '
                  'printf open-sesame | secret-tool store --label=test room one && '
                  'test "$(secret-tool lookup room one)" = open-sesame && exit 7')
        with tempfile.TemporaryDirectory() as home:
            env = {"PATH": os.environ["PATH"], "HOME": home, "XDG_RUNTIME_DIR": home}
            status = os.spawnve(os.P_WAIT, sys.executable,
                                [sys.executable, os.path.join(HERE, "session.py"), "--", "sh", "-c", script], env)
        self.assertEqual(status, 7)


if __name__ == "__main__":
    tap.main()
