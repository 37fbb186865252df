"""For Python tests: `with peers.start("postfix") as peer: peer["imaps"]`; see peer.py for the keys."""
import os
import subprocess
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
NOT_POSSIBLE = 77


class Peer(dict):
    def __init__(self, name, *options, within=()):
        super().__init__()
        self.process = subprocess.Popen([*within, os.path.join(HERE, name), *options], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for line in self.process.stdout:
            key, equals, value = line.rstrip("\n").partition("=")
            if not equals:
                break
            self[key] = value
        else:
            status = self.process.wait()
            reason = self.get("failed", "the peer said nothing")
            raise unittest.SkipTest(reason) if status == NOT_POSSIBLE else RuntimeError(reason)

    def port(self, name):
        return int(self[name])

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def start(name, *options, within=()):
    """@within: the beginning of a command that runs the rest of it elsewhere."""
    return Peer(name, *options, within=within)
