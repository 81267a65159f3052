using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using LibMoE.Runtime.Files;

namespace LibMoE.Runtime.Tests.Evaluation.Downloads;

/// <summary>Data that is missing is fetched, whole and right, or named.</summary>
public sealed class TaskDownloadsTests : IDisposable
{
    private static readonly byte[] Content = Encoding.UTF8.GetBytes(
        string.Concat(Enumerable.Range(0, 5000).Select(item => $$"""{"q":"Is it {{item}}?","o":["yes","no"],"a":{{item % 2}}}""" + "\n")));

    /// <summary>Asks the server itself, whatever proxy the machine has.</summary>
    private static readonly HttpClient Direct = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = Timeout.InfiniteTimeSpan };

    private readonly SkippedTime _time = new();
    private readonly DataFolder _folder = new();
    private readonly FileServer _server = new FileServer().With("sample.jsonl", Content);

    private string Target => Path.Combine(_folder.Path, "sample.jsonl");

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_is_missing_is_fetched_and_what_is_there_is_not()
    {
        var reports = new List<DownloadProgress>();

        await Downloads().EnsureAsync([Sample()], development: false, new Reports(reports));
        await Downloads().EnsureAsync([Sample()], development: false);

        Assert.Equal(Content, File.ReadAllBytes(Target));
        Assert.Equal([("sample.jsonl", 0)], _server.Requests);
        Assert.Equal(new DownloadProgress("sample.jsonl", Content.Length, Content.Length), reports[^1]);
        Assert.Equal([Target], Directory.GetFiles(_folder.Path));
        Assert.Equal(5000, ItemReader.Read(Sample(), _folder.Cache).Items.Count);
    }

    [Fact]
    public async Task A_connection_that_breaks_is_gone_on_from_where_it_broke()
    {
        _server.BreaksAfter = request => request == 0 ? 70_000 : null;

        await Downloads().EnsureAsync([Sample()], development: false);

        Assert.Equal([("sample.jsonl", 0), ("sample.jsonl", 70_000)], _server.Requests);
        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_later_call_goes_on_from_where_an_earlier_one_ended()
    {
        _server.BreaksAfter = _ => 50_000;
        await Assert.ThrowsAsync<MissingDataException>(() => Downloads().EnsureAsync([Sample()], development: false));
        Assert.False(File.Exists(Target));
        _server.BreaksAfter = _ => null;

        await Downloads().EnsureAsync([Sample()], development: false);

        Assert.Equal([0, 50_000, 100_000, 150_000], _server.Requests.Select(request => request.From));
        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_server_without_ranges_sends_everything_again()
    {
        _server.Ranges = false;
        _folder.With("sample.jsonl.part", Content[..1000]);

        await Downloads().EnsureAsync([Sample()], development: false);

        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1_000_000)]
    public async Task What_an_earlier_call_left_of_another_file_is_fetched_anew(int length)
    {
        _folder.With("sample.jsonl.part", new byte[length]);

        await Downloads().EnsureAsync([Sample()], development: false);

        Assert.Equal([length, 0], _server.Requests.Select(request => request.From));
        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_file_that_changes_while_it_is_fetched_is_fetched_anew()
    {
        // The first bytes are another file's; the connection breaks behind them, and the rest is the right one's.
        _server.With("sample.jsonl", new byte[Content.Length]);
        _server.BreaksAfter = request => request == 0 ? 70_000 : null;
        _server.Refuses = request =>
        {
            if (request == 1)
            {
                _server.With("sample.jsonl", Content);
            }

            return null;
        };

        await Downloads().EnsureAsync([Sample()], development: false);

        Assert.Equal([0, 70_000, 0], _server.Requests.Select(request => request.From));
        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task What_the_disk_refuses_is_not_asked_for_again()
    {
        // A link to nowhere: opening it is an error of the disk's, which .NET reports as an IOException as it does a broken connection.
        File.CreateSymbolicLink(Target + ".part", Path.Combine(_folder.Path, "nowhere", "file"));

        var refused = await Assert.ThrowsAsync<StorageException>(() => Downloads().EnsureAsync([Sample()], development: false));

        Assert.Equal(StorageCause.NotFound, refused.Cause);
        Assert.Empty(_time.Waits);
        Assert.Empty(_server.Requests);
    }

    [SkippableFact]
    public async Task A_full_disk_is_named_and_nothing_is_asked_for_again()
    {
        Skip.IfNot(File.Exists("/dev/full"), "This system has no device that is always full.");
        File.CreateSymbolicLink(Target + ".part", "/dev/full");

        var refused = await Assert.ThrowsAsync<StorageException>(() => Downloads().EnsureAsync([Sample()], development: false));

        Assert.Equal(StorageCause.DiskFull, refused.Cause);
        Assert.Empty(_time.Waits);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Questions_that_are_asked_without_images_need_none()
    {
        using var folder = new DataFolder().With("pope/coco_pope_random.json", "").With("pope/coco_pope_popular.json", "")
            .With("pope/coco_pope_adversarial.json", "");
        TaskDownloads Downloads(bool images) => new(folder.Cache, new Downloader(Direct), offline: true) { Images = images };

        await Downloads(images: false).EnsureAsync([KnownTasks.Pope], development: false);
        var missing = await Assert.ThrowsAsync<MissingDataException>(
            () => Downloads(images: true).EnsureAsync([KnownTasks.Pope], development: false));
        Assert.Contains("pope/val2014.zip", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_complete_part_needs_no_byte_more()
    {
        _folder.With("sample.jsonl.part", Content);

        await Downloads().EnsureAsync([Sample()], development: false);

        Assert.Equal([Content.Length], _server.Requests.Select(request => request.From));
        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_wrong_hash_is_refused_by_name_and_nothing_is_kept()
    {
        _server.With("sample.jsonl", "<html>Please sign in.</html>"u8.ToArray());

        var refused = await Assert.ThrowsAsync<EvaluationDataException>(() => Downloads().EnsureAsync([Sample()], development: false));

        Assert.StartsWith(
            $"sample.jsonl: what {_server.Url("sample.jsonl")} sent has the SHA-256", refused.Message, StringComparison.Ordinal);
        Assert.Contains(Hash(Content), refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(_folder.Path), file => !file.EndsWith(".lock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Offline_nothing_is_asked_and_all_that_is_missing_is_listed()
    {
        var missing = await Assert.ThrowsAsync<MissingDataException>(
            () => new TaskDownloads(_folder.Cache, new Downloader(Direct), offline: true)
            .EnsureAsync([Sample(), KnownTasks.Piqa, KnownTasks.Blimp], development: false));

        Assert.Empty(_server.Requests);
        Assert.StartsWith($"Nothing is downloaded offline; missing in {_folder.Path}: sample (sample.jsonl); piqa (",
            missing.Message, StringComparison.Ordinal);
        Assert.Contains("blimp (blimp/BLiMP.zip", missing.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', missing.Message);
    }

    [Fact]
    public async Task A_missing_network_is_one_line_with_all_that_is_missing()
    {
        // Taken, so that no other program can answer there, and not listening.
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var task = Sample(url: $"http://{silent.LocalEndPoint}/sample.jsonl");

        var missing = await Assert.ThrowsAsync<MissingDataException>(() =>
            Downloads().EnsureAsync([task, KnownTasks.Copa], development: false));

        Assert.StartsWith("http://127.0.0.1:", missing.Message, StringComparison.Ordinal);
        Assert.Contains("cannot be fetched (", missing.Message, StringComparison.Ordinal);
        Assert.Contains("; copa (copa/copa.jsonl", missing.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', missing.Message);
    }

    [Fact]
    public async Task A_file_that_the_server_does_not_have_is_asked_for_once()
    {
        var missing = await Assert.ThrowsAsync<MissingDataException>(
            () => Downloads().EnsureAsync([Sample("gone.jsonl")], development: false));

        Assert.Contains("cannot be fetched (the server answered 404 NotFound)", missing.Message, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_when_it_says()
    {
        string?[] answers =
        [
            "429 Too Many Requests\r\nRetry-After: 7",
            $"503 Service Unavailable\r\nRetry-After: {SkippedTime.Start.AddSeconds(37):R}",
            null,
        ];
        _server.Refuses = request => answers[request];

        await Downloads().EnsureAsync([Sample()], development: false);

        Assert.Equal([TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(30)], _time.Waits);
        Assert.Equal(Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task A_time_to_come_back_that_is_over_is_no_wait()
    {
        _server.Refuses = request => request == 0 ? $"503 Service Unavailable\r\nRetry-After: {SkippedTime.Start.AddSeconds(-9):R}" : null;

        await Downloads().EnsureAsync([Sample()], development: false);

        Assert.Empty(_time.Waits);
        Assert.Equal(2, _server.Requests.Count);
    }

    [Theory]
    [InlineData("408 Request Timeout")]
    [InlineData("429 Too Many Requests")]
    [InlineData("500 Internal Server Error")]
    [InlineData("502 Bad Gateway")]
    [InlineData("503 Service Unavailable")]
    [InlineData("504 Gateway Timeout")]
    public async Task A_busy_server_that_does_not_say_when_is_asked_three_times_and_named(string status)
    {
        _server.Refuses = _ => status;

        var missing = await Assert.ThrowsAsync<MissingDataException>(() => Downloads().EnsureAsync([Sample()], development: false));

        Assert.Contains($"cannot be fetched (the server answered {status[..3]} ", missing.Message, StringComparison.Ordinal);
        Assert.Equal(3, _server.Requests.Count);
        Assert.Equal(2, _time.Waits.Count);
        Assert.All(_time.Waits, wait => Assert.InRange(wait, TimeSpan.FromMilliseconds(1), DownloadRetries.Longest));
    }

    [Theory]
    [InlineData("401 Unauthorized")]
    [InlineData("403 Forbidden")]
    [InlineData("410 Gone")]
    public async Task A_refusal_that_will_not_pass_is_taken_at_once(string status)
    {
        _server.Refuses = _ => status;

        var missing = await Assert.ThrowsAsync<MissingDataException>(() => Downloads().EnsureAsync([Sample()], development: false));

        Assert.Contains($"the server answered {status[..3]} ", missing.Message, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_server_that_wants_to_be_left_alone_for_long_is_not_waited_for()
    {
        _server.Refuses = _ => "429 Too Many Requests\r\nRetry-After: 3600";

        var missing = await Assert.ThrowsAsync<MissingDataException>(() => Downloads().EnsureAsync([Sample()], development: false));

        Assert.Contains(
            "(the server answered 429 TooManyRequests, and wants no request for 3600 seconds)", missing.Message, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
        Assert.Empty(_time.Waits);
    }

    [Fact]
    public async Task A_wait_ends_when_the_user_stops()
    {
        using var stop = new CancellationTokenSource();
        _server.Refuses = _ => "503 Service Unavailable\r\nRetry-After: 60";
        _time.OnWait = stop.Cancel;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            Downloads().EnsureAsync([Sample()], development: false, stop: stop.Token));

        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_server_that_is_silent_is_given_up_on()
    {
        _server.Silent = true;

        var downloader = new Downloader(Direct, patience: TimeSpan.FromMilliseconds(200)) { Time = _time };

        var missing = await Assert.ThrowsAsync<MissingDataException>(() =>
            new TaskDownloads(_folder.Cache, downloader, offline: false).EnsureAsync([Sample()], development: false));

        Assert.Contains("nothing arrived for", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_without_a_pinned_address_is_named()
    {
        var missing = await Assert.ThrowsAsync<MissingDataException>(
            () => Downloads().EnsureAsync([SampleTask.Choice()], development: false));

        Assert.StartsWith("for the data of 'sample' no address with a hash is known; ", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_processes_do_not_write_one_file()
    {
        using var held = DiskFiles.Instance.TryLock(Target + ".part.lock");

        var busy = await Assert.ThrowsAsync<StorageException>(() => Downloads().EnsureAsync([Sample()], development: false));

        Assert.Contains("downloaded by another process", busy.Message, StringComparison.Ordinal);
    }

    private TaskDownloads Downloads() => new(_folder.Cache, new Downloader(Direct) { Time = _time }, offline: false);

    private EvaluationTask Sample(string name = "sample.jsonl", string? url = null) => SampleTask.Choice(2) with
    {
        Sources =
        [
            new()
            {
                Files = [new("sample.jsonl") { Url = url ?? _server.Url(name), Sha256 = Hash(Content) }],
                Format = DataFormat.JsonLines,
                Answer = "{a}",
            },
        ],
    };

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private sealed class Reports(List<DownloadProgress> all) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => all.Add(value);
    }
}
