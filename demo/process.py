"""The process that becomes Home Assistant, on another day if asked."""

import argparse
from datetime import datetime
import sys

from homeassistant.__main__ import main
import time_machine

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--config", required=True)
    parser.add_argument("--now", type=datetime.fromisoformat)
    options = parser.parse_args()
    if options.now:
        time_machine.travel(options.now, tick=True).start()
    # The locked environment has all that is needed.
    sys.argv = ["hass", "--config", options.config, "--skip-pip"]
    sys.exit(main())
