# nianbao: every target sets up what it needs; only Python 3.11 or newer and make are assumed.

VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
NEWEST := python3 python3.14 python3.13 python3.12 python3.11 python
PYTHON ?= $(shell for p in $(NEWEST); do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)

.DEFAULT_GOAL := help
.PHONY: help demo test app bench lint readme lock clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 14

demo: $(VENV)/run.stamp ## set up, read the sample reports, answer one question with its proof
	@$(BIN)/python -m evals.demo

test: lint ## set up, run every check and test (no network after set-up)
	$(BIN)/python -m pytest

app: $(VENV)/all.stamp ## set up, open the page on 127.0.0.1 (your library, else the demonstration's)
	@$(BIN)/python app.py --library "$$($(BIN)/python -m evals.demo --library)"

bench: $(VENV)/all.stamp ## set up, measure speed and memory, write evals/results
	$(BIN)/python -m evals.bench
	$(BIN)/python -m evals.score --count 2000 --seed 1 --show 0 --write
	$(BIN)/python -m evals.cases --quiet --write
	$(BIN)/python -m evals.bench_compare --write
	$(BIN)/python -m evals.comparing.power --write
	$(BIN)/python -m evals.bench_page --write

lint: $(VENV)/all.stamp ## set up, check style, types and import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache --no-logo

readme: $(VENV)/all.stamp ## write the generated parts of README.md anew
	$(BIN)/python -m evals.readme --write

lock: ## pin the dependencies anew (needs uv)
	uv pip compile -q $(LOCK) --upgrade --extra build --extra app --extra evals --extra dev -o requirements.lock
	uv pip compile -q $(LOCK) --extra build -c requirements.lock -o requirements-run.lock
	uv pip compile -q $(LOCK) --extra build --extra peers -o requirements-peers.txt

LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-header --no-annotate pyproject.toml

clean: ## take away the environment and all caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "没有找到 Python 3.11 或更新的版本：请先安装，或写明 make PYTHON=/路径/python3 …" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "$(PYTHON) 建不了虚拟环境：多半缺少 venv 模块（Debian/Ubuntu 上是软件包 python3-venv），装好后重试" >&2; exit 2; }

# pip only unpacks what the lock names: nothing is resolved, nothing outside the lock is fetched.
$(VENV)/run.stamp: requirements-run.lock pyproject.toml | $(BIN)/python
	@echo "正在准备环境 ($<) …" >&2
	@$(PIP) install --no-deps --require-hashes --only-binary :all: -r $<
	@$(PIP) install --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/all.stamp: requirements.lock $(VENV)/run.stamp
	@echo "正在准备环境 ($<) …" >&2
	@$(PIP) install --no-deps --require-hashes --only-binary :all: -r $<
	@touch $@
