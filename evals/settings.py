"""The table ``[evals]``."""

from pydantic import Field, SecretStr

from retrieval.settings import RetrievalSettings, Section, load, retrieval_settings


class EvalSettings(Section):
    """``[evals]``. The judge is any OpenAI-compatible endpoint; without one, metrics that need it stay unscored."""

    judge_base_url: str = ""
    judge_model: str = ""
    judge_api_key: SecretStr = SecretStr("")
    judge_timeout_seconds: float = Field(120.0, gt=0)
    answer_timeout_seconds: float = Field(300.0, gt=0)
    ready_timeout_seconds: float = Field(180.0, ge=0)  # how long an in-process model may take to load
    encode_batch: int = Field(128, ge=1, le=4096)  # passages encoded before they are kept
    window_pieces: int = Field(240, ge=16)  # word pieces of the longest window, title included

    @property
    def has_judge(self) -> bool:
        return bool(self.judge_base_url and self.judge_model)


def eval_settings() -> tuple[EvalSettings, RetrievalSettings]:
    """From the file and the environment. Raises ``BadSetting``."""
    return EvalSettings.parse("evals", load().get("evals", {})), retrieval_settings()
