"""A cross-encoder by path or name, run by sentence-transformers."""

import threading
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from retrieval.errors import Unavailable
from retrieval.local_models import ModelOptions, device_of, dtype_of, find, go_offline, one_line

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder


class CrossEncoderReranker:
    """Reads one question's texts at a time: a fast tokenizer can't be shared by threads."""

    def __init__(self, options: ModelOptions) -> None:
        self._options = options
        self._lock = threading.Lock()

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """The model's one output, as it is. See ``Reranker``."""
        if not texts:
            return []
        import torch

        with self._lock:
            found: Any = self._model.predict(
                [(question, text) for text in texts],
                batch_size=self._options.batch,
                activation_fn=torch.nn.Identity(),
                convert_to_tensor=True,
                show_progress_bar=False,
            )
        if not found.isfinite().all():
            raise Unavailable(f'{self._options.model}: its scores are not numbers; try dtype = "float32"')
        return [float(value) for value in found.float().tolist()]

    @cached_property
    def _model(self) -> "CrossEncoder":
        options = self._options
        folder = find(options, "cross-encoder")
        go_offline()
        from sentence_transformers import CrossEncoder

        try:
            device = device_of(options.device)
            model: CrossEncoder = CrossEncoder(
                str(folder),
                device=device,
                max_length=options.max_pieces,
                local_files_only=True,
                trust_remote_code=options.trust_remote_code,
                model_kwargs={"dtype": dtype_of(options.dtype, device)},
            )
        except Exception as error:  # whatever a model's own files make it raise
            raise Unavailable(f"{options.model}: the model cannot be loaded: {one_line(error)}") from error
        if model.num_labels != 1:
            raise Unavailable(f"{options.model}: it gives {model.num_labels} scores a text; a reranker gives one")
        _keep_head_whole(model)
        return model


def _keep_head_whole(model: "CrossEncoder") -> None:
    """The layer that gives the score works in float32: in 16 bits the best of 30 texts would often be equal."""
    from torch import nn

    heads = [name for name, module in model.named_modules() if type(module) is nn.Linear and module.out_features == 1]
    model.set_keep_in_fp32_modules(heads[-1:])


class _Type:
    def make(self, options: Mapping[str, Any]) -> CrossEncoderReranker:
        """See ``RerankerType``."""
        return CrossEncoderReranker(ModelOptions.parse("retrieval.reranker", options))


RERANKER_TYPE = _Type()
