// The random generator, the thread count and the count of live tensors are global to libtorch.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
