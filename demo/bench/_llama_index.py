"""Run by ``rival`` with llama-index's packages on the path: prints seconds and nodes as JSON. Imports are not timed."""

import json
import shutil
import sys
import time
from pathlib import Path


def main(files: Path, store: Path) -> None:
    from llama_index.core import SimpleDirectoryReader
    from llama_index.core.ingestion import IngestionPipeline
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.qdrant import QdrantVectorStore
    from qdrant_client import QdrantClient

    from retrieval.legs.dense import model_folder

    splitter = SentenceSplitter(chunk_size=240, chunk_overlap=20)
    started = time.perf_counter()
    nodes = splitter.get_nodes_from_documents(SimpleDirectoryReader(str(files), exclude_hidden=False).load_data())
    read = time.perf_counter() - started
    encoder = HuggingFaceEmbedding(model_name=str(model_folder()), embed_batch_size=32, device="cpu")
    encoder.get_text_embedding("warm")
    shutil.rmtree(store, ignore_errors=True)
    client = QdrantClient(path=str(store))
    pipeline = IngestionPipeline(transformations=[encoder], vector_store=QdrantVectorStore("bench", client=client))
    started = time.perf_counter()
    pipeline.run(nodes=nodes)
    print(json.dumps({"read": read, "write": time.perf_counter() - started, "nodes": len(nodes)}))
    client.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
