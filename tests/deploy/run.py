"""`make deploy`, `rollback`, `destroy` and `bootstrap-state` as they are, against moto: what they refuse and take back too."""

import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "infra")]

import deployer
import documented
import packed
import releases
import table
import written
from checkout import checked_out
from tally import Tally


def main():
    tally = Tally()
    table.check(tally)
    written.check(tally)
    documented.check(tally)
    packed.check(tally)
    with tempfile.TemporaryDirectory(prefix="deploy-") as name, checked_out(pathlib.Path(name)) as checkout:
        releases.check(tally, checkout)
        tally.check("whoever has the policy infra/deployer.json may do all of it", lambda: deployer.allows(checkout.asked_of_aws))
    tally.close()


if __name__ == "__main__":
    main()
