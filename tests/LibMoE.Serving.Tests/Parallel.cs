// Servers and their clients: one after the other, so that two cores suffice.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
