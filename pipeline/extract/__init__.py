"""From a posting's text to the stretches that demand a skill.

`scan` finds the names that the vocabulary knows, `model` finds demands in any words, `patterns` stands
in for the model in fast mode; `combine` merges what they found; `demand` says how strongly, since how
many years, how deeply, or not at all. `spacy_component` puts them on one spaCy pipeline.
"""
