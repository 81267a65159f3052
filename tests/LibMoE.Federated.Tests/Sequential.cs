// Nets begin with numbers of libtorch's one default generator, which a test seeds.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
