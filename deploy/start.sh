#!/usr/bin/env bash
# Sets up what is missing and starts Turnsmith on http://localhost:8501.
# Arguments go to streamlit: deploy/start.sh --server.port 8600
set -euo pipefail
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/setup.sh"

make_venv
install_app
exec .venv/bin/python -m streamlit run streamlit_app.py "$@"
