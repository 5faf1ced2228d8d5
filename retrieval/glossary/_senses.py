"""What a dictionary's sense says, as the words that a text would hold."""

import re

Words = tuple[str, ...]  # a gloss of one or a few words, lower case

_NO_SENSE = re.compile(
    r"CL:|(?:\([^)]*\) ?)*(?:surname|(?:old |erhua |archaic |Japanese |erroneous |ancient )*variant of|see(?: also)? "
    r"|also (?:written|called|pr\.)|Taiwan pr\.|abbr\. (?:for|of|to)|same as|used in|classifier for|Kangxi radical"
    r"|name of a|place name|pr\.|sound of|interj)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\(([^()]*)\)")
_RARE = re.compile(
    r"\b(?:literary|old|archaic|arch|classical|dialect|slang|vulgar|derog|honorific|humble|polite|TCM|Chinese medicine"
    r"|Buddhism|Buddhist|Taoism|music|dance|idiom|proverb|bird species|Cantonese|surname|place name|chess|golf|sports?"
    r"|basketball|soccer|theater|fig|onom|in former times|formerly|food|cosmetics|botany|zoology|constellation"
    r"|astronomy|grape|fruit|dog breed|poetry|religion|unofficial ranking)\b"
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\]]*\]|[\u2e80-\u9fff]+\|?")
_WORD = re.compile(r"[a-z0-9]+(?:[-'.][a-z0-9]+)*")
_EMPTY = frozenset(
    """a an the to of for in on at by as or and with from into upon be is are was being been sb sth etc esp usu e.g i.e
    one's sb's sth's oneself somebody something one that which who this it its lit fig very also not no it's there
    one-another each other used type kind sort certain various particular something's""".split()
)
_LONGEST = 4  # words of a gloss; more explain what a thing is and name nothing
RARE = 0.3


def read_sense(sense: str) -> list[tuple[Words, float]]:
    """The glosses of one sense and how much they count: ``to wear out; abrasion`` -> two of weight 1.

    Rare senses (literary, of chess, of birds) count less. Nothing for references, measure words and surnames.
    """
    if _NO_SENSE.match(sense):
        return []
    weight = RARE if any(_RARE.search(label) for label in _LABEL.findall(sense)) else 1.0
    found = []
    for part in _BRACKETS.sub(" ", sense).replace(",", ";").split(";"):
        words = tuple(word for word in _WORD.findall(part.lower()) if word not in _EMPTY)
        if 0 < len(words) <= _LONGEST:
            found.append((words, weight))
    return found
