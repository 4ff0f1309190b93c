"""The settings from the environment: where the library lies, which model may be asked."""

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import MisuseError


class Settings(BaseSettings):
    """What the environment says; every field is read from NIANBAO_<FIELD>, empty means not set."""

    model_config = SettingsConfigDict(env_prefix="NIANBAO_", env_ignore_empty=True, frozen=True)

    home: Path | None = Field(None, description="库的文件夹；不设则用用户数据文件夹")
    base_url: str | None = Field(None, description="模型端点（OpenAI 兼容）的地址")
    api_key: SecretStr | None = Field(None, description="模型端点的密钥")
    model: str | None = Field(None, description="模型的名称")
    context: int | None = Field(
        None, ge=512, description="模型的上下文有多少词元；不设则用端点给出的，再不然 8192"
    )
    timeout: float = Field(60.0, gt=0, description="模型端点静默多少秒就停止；整个回答最多十倍")
    concurrency: int = Field(2, ge=1, description="同时向模型端点发出的请求数")
    embed_base_url: str | None = Field(None, description="向量端点（OpenAI 兼容）；不设则用内置的")
    embed_api_key: SecretStr | None = Field(None, description="向量端点的密钥；不设则用 api_key")
    embed_model: str | None = Field(None, description="向量模型的名称")
    embed_seconds: float = Field(
        20.0, ge=0, description="nianbao add 入库后最多用多少秒算向量；0 表示不算"
    )
    login: SecretStr | None = Field(
        None, description="网页的登录：名字:密码，多个用分号或换行隔开；不只在本机打开时必须设"
    )
    hosts: str | None = Field(
        None, description="网页还可用哪些域名打开，逗号隔开；不设则只认绑定的地址"
    )
    own_models: bool | None = Field(
        None, description="网页的访问者能否自填模型端点；不设则只有本机打开的网页能"
    )
    chroma_url: str | None = Field(None, description="Chroma 服务器的地址；不设则用库里的文件夹")


def load_settings() -> Settings:
    """Return the settings of this process; raises MisuseError that names what is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        # Without the values: one may be a key pasted into the wrong variable.
        wrong = [f"NIANBAO_{str(item['loc'][0]).upper()}" for item in error.errors()]
        raise MisuseError(
            f"环境变量的值不能用：{'、'.join(dict.fromkeys(wrong))}。请按 README 的设置表改正。"
        ) from None


def library_folder(chosen: Path | None = None) -> Path:
    """Return the library's folder: the one chosen, else NIANBAO_HOME, else the user data folder."""
    if chosen is not None:
        return chosen
    home = load_settings().home
    if home is not None:
        return home
    from platformdirs import user_data_path

    return user_data_path("nianbao")
