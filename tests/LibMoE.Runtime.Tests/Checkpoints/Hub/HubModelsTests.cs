using System.Text;
using LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace;
using LibMoE.Runtime.Tests.Evaluation.Downloads;

namespace LibMoE.Runtime.Tests.Checkpoints.Hub;

/// <summary>Published models, from a server that speaks the routes of the field's own.</summary>
public sealed class HubModelsTests : IDisposable
{
    private const string Pinned = $"hf:{HubServer.Model}@{HubServer.First}";
    private const string Second = "2222222222222222222222222222222222222222";
    private const string Secret = "hf_SecretOfATest";
    private readonly HuggingFaceFolder _model = new HuggingFaceFolder("llama").Write(shardBytes: 2000);
    private readonly HubServer _server = new();
    private readonly HubEnvironment _environment;

    public HubModelsTests()
    {
        _environment = new HubEnvironment(_server);
        _server.With(_model.Path);
    }

    public void Dispose()
    {
        _environment.Dispose();
        _server.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void A_pinned_model_loads_from_the_server_and_its_contents_are_never_fetched_again()
    {
        using var expected = ModelLoader.Load(_model.Path, []);

        using (var loaded = ModelLoader.Load(Pinned, []))
        {
            HuggingFaceImportTests.BitIdentical(expected.Model, loaded.Model);
            Assert.Equal((expected.Sha256, "tiny"), (loaded.Sha256, loaded.Name));
        }

        var fetched = _server.Requests.Count(request => request.IsOfContent);
        ModelLoader.Load(Pinned, []).Dispose();
        Assert.Equal(fetched, _server.Requests.Count(request => request.IsOfContent));
    }

    [Fact]
    public async Task The_cache_is_laid_out_as_the_fields_tools_have_it()
    {
        await Find($"hf:{HubServer.Model}");

        var snapshot = Path.Combine(_environment.ModelFolder, "snapshots", HubServer.First);
        Assert.Equal(HubServer.First, await File.ReadAllTextAsync(Path.Combine(_environment.ModelFolder, "refs", "main")));
        Assert.All(_server.Files, file =>
        {
            var link = new FileInfo(Path.Combine(snapshot, file.Key));
            Assert.Equal($"../../blobs/{HubServer.HashOf(file.Key, file.Value)}", link.LinkTarget);
            Assert.Equal(file.Value, File.ReadAllBytes(link.FullName));
        });
        Assert.All(Directory.GetFiles(Path.Combine(_environment.ModelFolder, "blobs")), blob => Assert.Empty(Path.GetExtension(blob)));
        using var loaded = ModelLoader.Load(_environment.ModelFolder, []);
        Assert.Equal("tiny", loaded.Name);
    }

    [Fact]
    public async Task A_broken_download_goes_on_from_its_last_byte_also_where_another_tool_began_it()
    {
        var (name, content) = _server.Files.First(file => file.Key.EndsWith(".safetensors", StringComparison.Ordinal));
        _server.BreaksAfter[name] = 500;
        await Find(Pinned, new SkippedTime());
        Assert.Equal([0, 500], FetchedFrom(name));

        Directory.Delete(_environment.ModelFolder, recursive: true);
        var blobs = Directory.CreateDirectory(Path.Combine(_environment.ModelFolder, "blobs")).FullName;
        await File.WriteAllBytesAsync(Path.Combine(blobs, HubServer.HashOf(name, content) + ".incomplete"), content[..700]);
        _server.Requests.Clear();
        await Find(Pinned);
        Assert.Equal([700], FetchedFrom(name));

        IEnumerable<long> FetchedFrom(string file) => _server.Requests
            .Where(request => request.Path.EndsWith("/cdn/" + file, StringComparison.Ordinal)).Select(request => request.From);
    }

    [Theory]
    [InlineData("config.json", "git hash")]
    [InlineData("FIRST", "SHA-256")]
    public async Task What_has_another_hash_is_refused_and_not_kept(string name, string hash)
    {
        name = name == "FIRST" ? _server.Files.Keys.First(file => file.EndsWith(".safetensors", StringComparison.Ordinal)) : name;
        var wrong = _server.Files[name].Select(value => (byte)(value ^ 1)).ToArray();
        _server.Sends[name] = wrong;

        var error = await Assert.ThrowsAsync<StorageException>(() => Find(Pinned));

        Assert.Contains($"has the {hash} ", error.Message, StringComparison.Ordinal);
        Assert.Contains("it was not kept", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_environment.Files, path => File.ReadAllBytes(path).AsSpan().SequenceEqual(wrong));
    }

    [Fact]
    public async Task Hashes_that_the_list_lacks_are_asked_for_file_by_file_and_without_any_nothing_is_fetched()
    {
        _server.ListsHashes = false;
        var found = await Find(Pinned);
        Assert.All(_server.Files, file => Assert.Equal(file.Value, File.ReadAllBytes(Path.Combine(found.Path, file.Key))));

        Directory.Delete(_environment.ModelFolder, recursive: true);
        _server.TagsHashes = false;
        _server.Requests.Clear();
        var error = await Assert.ThrowsAsync<DownloadException>(() => Find(Pinned));
        Assert.Contains("states no hash", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Requests, request => request.IsOfContent);
    }

    [Fact]
    public async Task The_token_goes_to_the_endpoint_alone_and_nowhere_else()
    {
        _server.Token = Secret;
        Environment.SetEnvironmentVariable("HF_TOKEN", Secret);

        await Find(Pinned);

        Assert.All(_server.Requests, request => Assert.Equal(
            request.Host!.StartsWith("127.", StringComparison.Ordinal) ? $"Bearer {Secret}" : null, request.Authorization));
        Assert.Contains(_server.Requests, request => request.Host!.StartsWith("localhost", StringComparison.Ordinal));
        Assert.All(_environment.Files, file => Assert.DoesNotContain(
            Secret, Encoding.Latin1.GetString(File.ReadAllBytes(file)), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("401 Unauthorized|X-Error-Code: RepoNotFound", null, "or it is private, and HF_TOKEN is not set")]
    [InlineData("401 Unauthorized", Secret, "and HF_TOKEN is of an account that may not read it")]
    [InlineData("403 Forbidden|X-Error-Code: GatedRepo", null, "is gated: its terms have to be accepted")]
    [InlineData("404 Not Found|X-Error-Code: RevisionNotFound", null, "has no revision '1111")]
    [InlineData("404 Not Found", null, "has no model some-lab/tiny with a revision")]
    public async Task What_an_account_may_not_read_is_said_with_what_can_be_done(string refusal, string? token, string message)
    {
        _server.Refusal = refusal;
        Environment.SetEnvironmentVariable("HF_TOKEN", token);

        var error = await Assert.ThrowsAsync<ConfigurationException>(() => Find(Pinned));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_branch_is_resolved_to_its_commit_and_that_is_said()
    {
        var found = await Find($"hf:{HubServer.Model}");
        Assert.Equal(Pinned, found.Address.ToString());
        Assert.Equal($"hf:{HubServer.Model} is {Pinned} now; name that to get the same weights later.", found.Note);
        Assert.Null((await Find(Pinned)).Note);

        _server.Revisions["main"] = Second;
        Assert.Equal(Second, (await Find($"hf:{HubServer.Model}@main")).Address.Revision);
    }

    [Fact]
    public async Task Offline_nothing_is_asked_and_what_is_missing_is_named()
    {
        HubEnvironment.GoOffline();
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => Find(Pinned));
        Assert.Contains("Nothing is downloaded offline (HF_HUB_OFFLINE)", error.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);

        Environment.SetEnvironmentVariable("HF_HUB_OFFLINE", null);
        var online = await Find($"hf:{HubServer.Model}");
        HubEnvironment.GoOffline();
        _server.Requests.Clear();
        Assert.Equal(online.Path, (await Find($"hf:{HubServer.Model}")).Path);
        Assert.Equal(online.Path, (await Find(Pinned)).Path);

        File.Delete(Directory.GetFiles(online.Path, "model-*")[0]);
        var lacking = await Assert.ThrowsAsync<ConfigurationException>(() => Find(Pinned));
        Assert.Contains("model-00001-of-", lacking.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task A_server_that_is_away_is_done_without_where_the_cache_has_the_model()
    {
        _server.Refusal = "503 Service Unavailable";
        await Assert.ThrowsAsync<DownloadException>(() => Find(Pinned, new SkippedTime()));

        _server.Refusal = null;
        var online = await Find(Pinned);
        _server.Refusal = "503 Service Unavailable";
        var cached = await Find(Pinned, new SkippedTime());
        Assert.Equal(online.Path, cached.Path);
        Assert.Contains("is taken from the cache", cached.Note, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_what_loading_needs_is_fetched_and_nothing_out_of_the_model_s_folder()
    {
        string[] others =
            ["pytorch_model.bin", "consolidated.safetensors", "../../evil", "/etc/evil", "onnx/model.safetensors", "a\\b"];
        foreach (var other in others)
        {
            _server.Files[other] = [1, 2, 3];
        }

        var found = await Find(Pinned);

        Assert.Equal(Names(_model.Path), Names(found.Path));
        Assert.DoesNotContain(_environment.Files, file => Path.GetFileName(file).Contains("evil", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_inside_a_model_loads_and_so_does_one_file_by_its_name()
    {
        _server.Files.Clear();
        _server.With(_model.Path, "sub/");
        _server.Files["stories/tiny.bin"] = [1, 2, 3];
        using var expected = ModelLoader.Load(_model.Path, []);
        using var loaded = ModelLoader.Load(Pinned + "/sub", []);
        HuggingFaceImportTests.BitIdentical(expected.Model, loaded.Model);

        var damaged = Assert.Throws<StorageException>(() => ModelLoader.Load(Pinned + "/stories/tiny.bin", []));
        Assert.Contains("tiny.bin", damaged.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "has no config.json with model.safetensors or model.safetensors.index.json; it has a.bin, b.bin")]
    [InlineData("/c.bin", "is neither a file nor a folder of the model; it has a.bin, b.bin")]
    public async Task A_model_of_another_form_is_refused_with_what_there_is(string path, string message)
    {
        _server.Files.Clear();
        (_server.Files["a.bin"], _server.Files["b.bin"]) = ([1], [2]);

        var error = await Assert.ThrowsAsync<ConfigurationException>(() => Find(Pinned + path));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_who_fetch_the_same_do_not_write_over_each_other()
    {
        var locks = Directory.CreateDirectory(
            Path.Combine(Path.GetDirectoryName(_environment.ModelFolder)!, ".locks", Path.GetFileName(_environment.ModelFolder)));
        var config = HubServer.HashOf("config.json", _server.Files["config.json"]);
        using (DiskFiles.Instance.TryLock(Path.Combine(locks.FullName, config + ".lock")))
        {
            var error = await Assert.ThrowsAsync<StorageException>(() => Find(Pinned));
            Assert.Contains("is being downloaded by another process", error.Message, StringComparison.Ordinal);
        }

        await Find(Pinned);
    }

    private static IEnumerable<string?> Names(string folder) => Directory.GetFiles(folder).Select(Path.GetFileName).Order();

    private static Task<HubModel> Find(string address, TimeProvider? time = null) =>
        new HubModels(HubSettings.FromEnvironment(), time ?? TimeProvider.System).FindAsync(HubAddress.Parse(address));
}
