// A browser and servers: one after the other, so that two cores suffice.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
