// Every test starts several processes of its own.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
