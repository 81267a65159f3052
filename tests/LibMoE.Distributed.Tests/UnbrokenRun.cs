namespace LibMoE.Distributed.Tests;

/// <summary>What two ranks come to that nobody stops and that split nothing: runs of several tests are compared with it.</summary>
[CollectionDefinition(Name)]
public sealed class UnbrokenRun : IAsyncLifetime, ICollectionFixture<UnbrokenRun>
{
    /// <summary>The name of the tests that share it.</summary>
    public const string Name = "compared with a run that is not stopped";

    private Ended? _ended;

    /// <summary>How it ended; only where ranks can be joined.</summary>
    public Ended Ended => _ended!;

    /// <summary>Its folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory().FullName;

    public async Task InitializeAsync()
    {
        if (Job.WhyNot(Engines.Gloo) is null)
        {
            _ended = await Job.Run(Engines.Gloo, 2, null, "resume", Folder, "99");
        }
    }

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }
}
