"""Which sentences to say (叙述): one ``tell_<topic>`` a topic, found by its name."""
