"""The process that llama.cpp runs in. Not for starting by hand: ``embedded`` starts it and holds its stdin.

The first line on stdin is the key that requests must bear. ``READY <address>`` on stdout says that the model is
loaded. The end of stdin, which is the end of the parent, ends this process.
"""

import argparse
import os
import sys


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m app.llm._llama_child")
    parser.add_argument("--model", required=True)
    parser.add_argument("--port", type=int, default=0)  # 0: any that is free
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--ctx", type=int, default=4096)
    parser.add_argument("--prompt-cache-mib", type=int, default=256)
    arguments = parser.parse_args()
    key = sys.stdin.readline().strip()
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = arguments.model
    params.n_ctx, params.n_parallel, params.fit_params = arguments.ctx, 1, False
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = arguments.threads
    params.cache_prompt, params.cache_ram_mib = True, arguments.prompt_cache_mib
    params.hostnames, params.port, params.api_keys = ["127.0.0.1"], arguments.port, [key]
    params.cors_origins, params.ui, params.endpoint_slots = "", False, False
    params.verbosity = 1  # errors only
    server = xllamacpp.Server(params)  # returns when the model is loaded
    sys.stdout.write(f"READY {server.listening_address}\n")
    sys.stdout.flush()
    sys.stdin.read()
    os._exit(0)  # at once, in the midst of a generation too: nothing here is worth saving


if __name__ == "__main__":
    main()
