# Each command sets up what it needs first; a second start skips what is already there.
PYTHON ?= python3

help:  ## Show the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 8

demo:  ## Run the hub with a demonstration community (PORT=8000 to choose another port)
	@exec $(PYTHON) -m bootstrap demo

test:  ## Lint, types, layers, migrations and all tests (ARGS="-k wish" is handed to pytest)
	@exec $(PYTHON) -m bootstrap test $(ARGS)

bench:  ## Run the benchmarks (ARGS is handed to the harness)
	@exec $(PYTHON) -m bootstrap bench $(ARGS)

setup:  ## Only install: virtual environment, packages, front-end assets
	@exec $(PYTHON) -m bootstrap setup

pictures:  ## Take the README's pictures from the running demonstration (after make test has brought a browser)
	@exec .venv/bin/python scripts/pictures.py

lock:  ## Write the pinned requirements and package-lock.json anew
	@exec $(PYTHON) -m bootstrap lock

clean:  ## Remove everything that was installed; the demonstration's data in var/ stays
	rm -rf .venv node_modules static/vendor staticfiles .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: help pictures demo test bench setup lock clean
