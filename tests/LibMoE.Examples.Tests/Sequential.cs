// Each test starts a process that takes every core.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
