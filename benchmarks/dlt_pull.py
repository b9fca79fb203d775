"""The same pages by dlt to Parquet files: `python dlt_pull.py HOST FOLDER [nested]`; needs dlt and pyarrow."""

import json
import os
import resource
import sys

for name, value in {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "CRITICAL"}.items():
    os.environ[name] = value

import dlt  # type: ignore[import-not-found]  # noqa: E402
from dlt.destinations import filesystem  # type: ignore[import-not-found]  # noqa: E402
from dlt.sources.rest_api import rest_api_source  # type: ignore[import-not-found]  # noqa: E402


def used() -> float:
    each = resource.getrusage(resource.RUSAGE_SELF)
    return each.ru_utime + each.ru_stime


def main(host: str, folder: str, nested: str = "") -> None:
    """Nested objects stay JSON, the cheaper way of dlt; `nested` makes tables of lists, as it does by itself."""
    began = used()
    source = rest_api_source(
        {
            "client": {"base_url": host},
            "resources": [
                {
                    "name": "tickets",
                    "write_disposition": "append",
                    "endpoint": {
                        "path": "tickets", "data_selector": "tickets",
                        "paginator": {"type": "page_number", "base_page": 1, "page_param": "page", "total_path": None},
                    },
                }
            ],
        },
        max_table_nesting=None if nested else 0,
    )  # fmt: skip
    pipeline = dlt.pipeline(
        "tickets", destination=filesystem(f"file://{folder}/out"), dataset_name="desk", pipelines_dir=f"{folder}/work"
    )  # fmt: skip
    pipeline.run(source, loader_file_format="parquet").raise_on_failed_jobs()
    rows = pipeline.last_trace.last_normalize_info.row_counts["tickets"]
    sys.stdout.write(json.dumps({"rows": rows, "work": used() - began}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
