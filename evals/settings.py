"""The table ``[evals]``."""

from pydantic import Field, SecretStr

from retrieval.settings import RetrievalSettings, Section, load, retrieval_settings


class EvalSettings(Section):
    """``[evals]``. The judge is any OpenAI-compatible endpoint; without one, metrics that need it stay unscored."""

    judge_base_url: str = ""
    judge_model: str = ""
    judge_api_key: SecretStr = SecretStr("")
    judge_timeout_seconds: float = Field(120.0, gt=0)
    judge_concurrency: int = Field(4, ge=1, le=256)  # judgements under way at once
    judge_retries: int = Field(4, ge=0, le=20)  # after 408, 409, 429, 5xx and lost connections, with growing pauses
    judge_max_tokens: int = Field(2048, ge=64)  # of one reply
    judge_prompt_price_per_million: float = Field(0.0, ge=0)  # of a million prompt tokens, in judge_currency
    judge_completion_price_per_million: float = Field(0.0, ge=0)
    judge_currency: str = "USD"
    embeddings_base_url: str = ""  # "" = the packaged multilingual encoder, in this process
    embeddings_model: str = ""
    faithful_from: float = Field(0.99, ge=0, le=1)  # RAGAS Faithfulness from which an answer counts as faithful
    # A judge is calibrated where, for each class it judges, the lower end of kappa's 95 % interval reaches the bar.
    calibration_kappa_low: float = Field(0.6, ge=-1, le=1)
    calibration_cases: int = Field(30, ge=1)  # scored cases of a class, at least
    calibration_unscored_share: float = Field(0.1, ge=0, le=1)  # of a class's cases, at most
    target_timeout_seconds: float = Field(120.0, gt=0)  # of another system's answer
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
