"""The index that functions read: the company's articles, and the courtesies nobody writes."""

from __future__ import annotations

from pathlib import Path

from handrail_ops.knowledge.approved import read_wording, write_approved
from handrail_ops.knowledge.articles import read_articles
from handrail_ops.knowledge.build import Built, build_index
from handrail_ops.knowledge.courtesies import with_courtesies
from handrail_ops.knowledge.glossary import read_glossary, write_glossary


def build_deployed(articles: Path, directory: Path) -> Built:
    """Compile a folder of articles into the index, as it runs here and is deployed.

    Without the courtesies somebody who says hello would be handed to a person.

    Raises:
        ArticleError: an article cannot be read; the message names file and line.

    """
    read_glossary(articles)
    read_wording(articles)
    built = build_index(with_courtesies(read_articles(articles)), directory)
    write_glossary(articles, directory)
    write_approved(articles, directory)
    return built
