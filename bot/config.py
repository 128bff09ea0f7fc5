"""Settings, read once from the environment or `.env`. No other module reads either."""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import SettingsWrong

SLACK = "https://slack.com/api/"
ROOT = Path(__file__).parent.parent
SHORTEST_KEY = 32  # characters of a secret key


class Settings(BaseSettings):
    """One attribute a setting; the description is what `docs/settings.md` prints."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True)

    slack_bot_token: SecretStr | None = Field(
        None, description="Bot token, `xoxb-…`: one workspace."
    )
    slack_app_token: SecretStr | None = Field(
        None, description="App-level token, `xapp-…`: switches Socket Mode on."
    )
    slack_signing_secret: SecretStr | None = Field(
        None, description="Proves that HTTP requests come from Slack; needed without an app token."
    )
    slack_client_id: str | None = Field(
        None, description="Many workspaces: the app's client id; each installs the bot by OAuth."
    )
    slack_client_secret: SecretStr | None = Field(
        None, description="Many workspaces: the app's client secret."
    )
    slack_api_url: str = Field(SLACK, description="Base address of the Web API, ends in `/api/`.")
    database_url: str = Field(
        "sqlite:///var/drumbeat.db", description="The store; `postgresql://…` for several replicas."
    )
    host: str = Field("127.0.0.1", description="Address of the HTTP side.")
    port: int = Field(
        3000, ge=0, le=65535, description="Port of the HTTP side; 0 takes a free one."
    )
    content: str = Field(
        "content",
        validation_alias="DRUMBEAT_CONTENT",
        description="Folders with drills and other content, separated by `:`; later ones win.",
    )
    clock: str = Field(
        "system",
        validation_alias="DRUMBEAT_CLOCK",
        description="`system`, or an instant to start at, or `INSTANT*RATE`: rehearsals only.",
    )
    log: Literal["auto", "text", "json"] = Field(
        "auto",
        validation_alias="DRUMBEAT_LOG",
        description="Log form: `text` on a terminal, `json` elsewhere, unless set.",
    )
    keep_days: int = Field(
        400,
        ge=1,
        validation_alias="DRUMBEAT_KEEP_DAYS",
        description="Days after which answers and the messages that quote them are erased.",
    )
    purge_days: int = Field(
        30,
        ge=1,
        validation_alias="DRUMBEAT_PURGE_DAYS",
        description="Days after which everything of a workspace that took the bot out is erased.",
    )
    url: str | None = Field(
        None,
        validation_alias="DRUMBEAT_URL",
        description="Public address of the HTTP side, such as `https://drumbeat.example.com`, for "
        "the manifest, for links to scoreboards and for installing.",
    )
    secret_key: SecretStr | None = Field(
        None,
        validation_alias="DRUMBEAT_SECRET_KEY",
        description="Signs links and seals tokens: keys of 32 characters or more, separated by "
        "commas; the first signs and seals, all verify and open. With SQLite one is made beside "
        "the store (`var/secret.key`); with PostgreSQL it is required.",
    )
    metrics_token: SecretStr | None = Field(
        None,
        validation_alias="DRUMBEAT_METRICS_TOKEN",
        description="Bearer token for `/metrics` when it is not asked from this machine.",
    )

    llm_url: str | None = Field(
        None,
        validation_alias="DRUMBEAT_LLM_URL",
        description="Model judge: base address of an OpenAI-compatible endpoint, as its own "
        "manual gives it, such as `https://api.example.com/v1`; `/chat/completions` is added.",
    )
    llm_key: SecretStr | None = Field(
        None,
        validation_alias="DRUMBEAT_LLM_KEY",
        description="Model judge: bearer token; leave it out where the endpoint asks for none.",
    )
    llm_model: str | None = Field(
        None,
        validation_alias="DRUMBEAT_LLM_MODEL",
        description="Model judge: the model's name, needed with an address.",
    )
    llm_daily: int = Field(
        200,
        ge=0,
        validation_alias="DRUMBEAT_LLM_DAILY",
        description="Model judge: requests a workspace may cause on one day, by UTC.",
    )

    transcribe_url: str | None = Field(
        None,
        validation_alias="DRUMBEAT_TRANSCRIBE_URL",
        description="Voice clips that Slack gives no transcript of: base address of an "
        "OpenAI-compatible endpoint; `/audio/transcriptions` is added.",
    )
    transcribe_key: SecretStr | None = Field(
        None,
        validation_alias="DRUMBEAT_TRANSCRIBE_KEY",
        description="Voice clips: bearer token; leave it out where the endpoint asks for none.",
    )
    transcribe_model: str | None = Field(
        None,
        validation_alias="DRUMBEAT_TRANSCRIBE_MODEL",
        description="Voice clips: the model’s name, needed with an address.",
    )
    transcribe_daily: int = Field(
        200,
        ge=0,
        validation_alias="DRUMBEAT_TRANSCRIBE_DAILY",
        description="Voice clips: requests a workspace may cause on one day, by UTC.",
    )

    @field_validator("url")
    @classmethod
    def _public_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("write an address such as https://drumbeat.example.com")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("write the address alone, such as https://drumbeat.example.com")
        return value.rstrip("/")

    @field_validator("secret_key")
    @classmethod
    def _long_keys(cls, value: SecretStr | None) -> SecretStr | None:
        keys = _parted(value)
        if value is not None and (not keys or min(map(len, keys)) < SHORTEST_KEY):
            raise ValueError(
                f"every key needs {SHORTEST_KEY} characters or more; this prints one: "
                "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
            )
        return value

    @field_validator("llm_url", "transcribe_url")
    @classmethod
    def _plain_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("write an address such as https://api.example.com/v1")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("write the address alone; the key has a setting of its own")
        return value

    @model_validator(mode="after")
    def _endpoints_are_whole(self) -> Self:
        if bool(self.llm_url) != bool(self.llm_model):
            raise ValueError(
                "DRUMBEAT_LLM_URL and DRUMBEAT_LLM_MODEL belong together: set both or neither"
            )
        if bool(self.transcribe_url) != bool(self.transcribe_model):
            raise ValueError(
                "DRUMBEAT_TRANSCRIBE_URL and DRUMBEAT_TRANSCRIBE_MODEL belong together: "
                "set both or neither"
            )
        return self

    @model_validator(mode="after")
    def _one_way_to_tokens(self) -> Self:
        if bool(self.slack_client_id) != bool(self.slack_client_secret):
            raise ValueError(
                "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET belong together: set both or neither"
            )
        if self.by_oauth and (self.slack_bot_token or self.slack_app_token):
            raise ValueError(
                "SLACK_CLIENT_ID is for many workspaces, SLACK_BOT_TOKEN and SLACK_APP_TOKEN are "
                "for one: keep either the first or the other two"
            )
        return self

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_slash(cls, value: str) -> str:
        return value if value.endswith("/") else f"{value}/"

    @field_validator("database_url")
    @classmethod
    def _known_store(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://")):
            raise ValueError(
                "write sqlite:///var/drumbeat.db or postgresql://user:password@host/name"
            )
        return value

    @model_validator(mode="after")
    def _clock_only_in_rehearsal(self) -> Self:
        if self.clock != "system" and self.slack_api_url == SLACK:
            raise ValueError(
                "DRUMBEAT_CLOCK is for rehearsals and refused against Slack's own address; "
                "unset it or point SLACK_API_URL at a sandbox"
            )
        return self

    @property
    def on_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def by_oauth(self) -> bool:
        """Many workspaces, each of which installs the bot."""
        return self.slack_client_id is not None

    @property
    def keys(self) -> tuple[str, ...]:
        """Those of `DRUMBEAT_SECRET_KEY`; `bot/keys.py` knows where else one may be."""
        return _parted(self.secret_key)

    @property
    def folders(self) -> list[Path]:
        """Content folders; a relative one is looked up here, then beside the program."""
        named = [Path(part) for part in self.content.split(":") if part]
        return [path if path.exists() else ROOT / path for path in named]


def _parted(told: SecretStr | None) -> tuple[str, ...]:
    parts = told.get_secret_value().split(",") if told else []
    return tuple(part.strip() for part in parts if part.strip())


def load() -> Settings:
    """Read the settings; raises SettingsWrong with one line per fault."""
    try:
        return Settings()
    except ValidationError as error:
        faults = [
            f"{'.'.join(str(part) for part in fault['loc']).upper() or 'settings'}: "
            f"{fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()
        ]
        raise SettingsWrong("; ".join(faults)) from error


class _Given(Settings):
    """Settings that come from nowhere but their arguments, which go by the attributes' names."""

    model_config = SettingsConfigDict(validate_by_name=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def sandboxed(**given: object) -> Settings:
    """Settings for the sandbox and the tests: the environment and `.env` are not looked at."""
    return _Given.model_validate(given)
