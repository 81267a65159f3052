using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Reporting.Tracking;

/// <summary>
/// The few calls of MLflow's REST interface (version 2.0 of it, as MLflow 3.18 serves it) that a run needs:
/// https://mlflow.org/docs/latest/rest-api.html. Credentials come from the variables that MLflow's own client reads.
/// </summary>
internal sealed class MlflowClient : IDisposable
{
    private const string Root = "api/2.0/mlflow/";
    private const string Missing = "RESOURCE_DOES_NOT_EXIST";
    private const int LongestAnswer = 1 << 20;
    private const int LongestReason = 200;

    private readonly HttpClient _http;

    /// <summary>A client of a server.</summary>
    /// <param name="server">Its address.</param>
    /// <param name="timeout">How long a call may take.</param>
    public MlflowClient(Uri server, TimeSpan timeout)
    {
        // A redirection elsewhere would take the credentials along.
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = timeout })
        {
            BaseAddress = new Uri(server.AbsoluteUri.TrimEnd('/') + "/"),
            Timeout = timeout,
            MaxResponseContentBufferSize = LongestAnswer,
        };
        _http.DefaultRequestHeaders.Authorization = Credentials();
    }

    /// <summary>The id of an experiment, which is made where there is none of that name.</summary>
    public async Task<string> ExperimentAsync(string name, CancellationToken stop)
    {
        var found = await _http.GetAsync(
            new Uri($"{Root}experiments/get-by-name?experiment_name={Uri.EscapeDataString(name)}", UriKind.Relative), stop)
            .ConfigureAwait(false);
        using (found)
        {
            var text = await found.Content.ReadAsStringAsync(stop).ConfigureAwait(false);
            if (found.IsSuccessStatusCode)
            {
                return Id(JsonNode.Parse(text)?["experiment"]?["experiment_id"]);
            }

            if (!text.Contains(Missing, StringComparison.Ordinal))
            {
                throw Refused(found, text);
            }
        }

        var made = await PostAsync("experiments/create", new JsonObject { ["name"] = name }, stop).ConfigureAwait(false);
        return Id(made["experiment_id"]);
    }

    /// <summary>Makes a run and gives back its id.</summary>
    public async Task<string> CreateRunAsync(
        string experiment, string name, DateTimeOffset start, IEnumerable<(string Key, string Value)> tags, CancellationToken stop)
    {
        var made = await PostAsync("runs/create", new JsonObject
        {
            ["experiment_id"] = experiment,
            ["run_name"] = name,
            ["start_time"] = start.ToUnixTimeMilliseconds(),
            ["tags"] = Pairs(tags),
        }, stop).ConfigureAwait(false);
        return Id(made["run"]?["info"]?["run_id"]);
    }

    /// <summary>Writes down metrics and parameters of a run.</summary>
    public async Task LogAsync(
        string run, JsonArray metrics, IEnumerable<(string Key, string Value)> parameters, CancellationToken stop) =>
        await PostAsync(
            "runs/log-batch", new JsonObject { ["run_id"] = run, ["metrics"] = metrics, ["params"] = Pairs(parameters) }, stop)
            .ConfigureAwait(false);

    /// <summary>Says how a run stands.</summary>
    /// <param name="run">Its id.</param>
    /// <param name="status">RUNNING, FINISHED, FAILED or KILLED.</param>
    /// <param name="ended">When it ended; null where it did not.</param>
    /// <param name="stop">Ends the call.</param>
    public async Task UpdateAsync(string run, string status, DateTimeOffset? ended, CancellationToken stop)
    {
        var update = new JsonObject { ["run_id"] = run, ["status"] = status };
        if (ended is { } at)
        {
            update["end_time"] = at.ToUnixTimeMilliseconds();
        }

        await PostAsync("runs/update", update, stop).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> PostAsync(string call, JsonObject body, CancellationToken stop)
    {
        using var answer = await _http.PostAsJsonAsync(new Uri(Root + call, UriKind.Relative), body, stop).ConfigureAwait(false);
        var text = await answer.Content.ReadAsStringAsync(stop).ConfigureAwait(false);
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text) ?? new JsonObject() : throw Refused(answer, text);
    }

    private static HttpRequestException Refused(HttpResponseMessage answer, string text) => new(
        $"the server answered {(int)answer.StatusCode} {answer.ReasonPhrase}: "
            + text[..Math.Min(text.Length, LongestReason)].ReplaceLineEndings(" "));

    private static string Id(JsonNode? id) => id?.ToString() is { Length: > 0 } text
        ? text
        : throw new HttpRequestException("the server's answer has no id; is it an MLflow tracking server?");

    private static JsonArray Pairs(IEnumerable<(string Key, string Value)> pairs) =>
        new([.. pairs.Select(pair => new JsonObject { ["key"] = pair.Key, ["value"] = pair.Value })]);

    private static AuthenticationHeaderValue? Credentials()
    {
        var (token, user, word) = (Variable("TOKEN"), Variable("USERNAME"), Variable("PASSWORD"));
        return token is not null ? new AuthenticationHeaderValue("Bearer", token)
            : user is not null ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{word}")))
            : null;

        static string? Variable(string name) =>
            Environment.GetEnvironmentVariable("MLFLOW_TRACKING_" + name) is { Length: > 0 } value ? value : null;
    }
}
