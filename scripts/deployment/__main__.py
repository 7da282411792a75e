"""scripts/deploy deploy|rollback|destroy|bootstrap-state, as `make` calls it; docs/DEPLOY.md says how it is used."""

import sys

import account
import back
import release
import settings as operator
from botocore.exceptions import BotoCoreError, ClientError
from stop import Stop


def bootstrap_state(settings):
    account.bootstrap_state(account.entered(settings), settings)


COMMANDS = {"deploy": release.deploy, "rollback": back.rollback, "destroy": back.destroy, "bootstrap-state": bootstrap_state}


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(f"scripts/deploy takes one of {', '.join(COMMANDS)}")
    try:
        COMMANDS[sys.argv[1]](operator.read())
    except Stop as fault:
        stopped(fault, fault.remedy)
    except (BotoCoreError, ClientError) as fault:
        stopped(fault, "give these credentials the permission it names, or try again where AWS was at fault")
    except KeyboardInterrupt:
        stopped("interrupted", "see above how far it got, and begin again")


def stopped(why, remedy):
    print(f"\n{sys.argv[1]} stopped: {why}\nDo: {remedy}.", file=sys.stderr, flush=True)
    sys.exit(1)


if __name__ == "__main__":
    main()
