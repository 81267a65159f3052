namespace LibMoE.Runtime;

/// <summary>Which trackers are told of a training, besides the screen and <c>metrics.jsonl</c>; configuration section <c>Tracking</c>.
/// None of them ever stops a run: one that fails is named once, and the run goes on without it.</summary>
public sealed record TrackingOptions
{
    /// <summary>Writes a TensorBoard event file into each cell's folder; <see cref="WatchOptions.TensorBoard"/> by default.</summary>
    public bool? TensorBoard { get; init; }

    /// <summary>Where OpenTelemetry metrics and traces are sent, such as <c>http://localhost:4318</c>; by default what
    /// <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says in the environment, and nowhere without.</summary>
    public Uri? OtlpEndpoint { get; init; }

    /// <summary>How they are sent; by default what <c>OTEL_EXPORTER_OTLP_PROTOCOL</c> says.</summary>
    public OtlpProtocol? OtlpProtocol { get; init; }

    /// <summary>The port on this machine at which Prometheus finds the instruments under <c>/metrics</c>; null opens none.</summary>
    public int? PrometheusPort { get; init; }

    /// <summary>The address of an MLflow tracking server, such as <c>http://localhost:5000</c>; null sends nothing.</summary>
    public Uri? MlflowUri { get; init; }

    /// <summary>The MLflow experiment that cells become runs of; the program's name by default.</summary>
    public string MlflowExperiment { get; init; } = "";

    /// <summary>Steps between two samples of text that a language model in training draws; 0 draws none.</summary>
    public int SampleEvery { get; init; }

    /// <summary>What the samples start with; by default the beginning of a held-out document.</summary>
    public IReadOnlyList<string> SamplePrompts { get; init; } = [];

    /// <summary>How many tokens a sample has at most.</summary>
    public int SampleTokens { get; init; } = 64;

    /// <summary>τ: a sample's tokens are drawn from softmax(logits/τ); 0 takes the most probable one.</summary>
    public double SampleTemperature { get; init; } = 0.8;

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems() =>
    [
        .. Address(nameof(OtlpEndpoint), OtlpEndpoint, "http://localhost:4318"),
        .. Address(nameof(MlflowUri), MlflowUri, "http://localhost:5000"),
        .. PrometheusPort is null or (>= 1 and <= 65535) ? Array.Empty<string>()
            : [$"Tracking:PrometheusPort is {PrometheusPort}; it must be from 1 to 65535."],
        .. SampleEvery >= 0 ? Array.Empty<string>() : [$"Tracking:SampleEvery is {SampleEvery}; it must be at least 0."],
        .. SampleTokens >= 1 ? Array.Empty<string>() : [$"Tracking:SampleTokens is {SampleTokens}; it must be at least 1."],
        .. SampleTemperature >= 0 && double.IsFinite(SampleTemperature) ? Array.Empty<string>()
            : [FormattableString.Invariant($"Tracking:SampleTemperature is {SampleTemperature}; it must be at least 0.")],
    ];

    /// <summary>An address is kept with the run and shown; what is secret in it is not even repeated.</summary>
    private static string[] Address(string name, Uri? address, string example) =>
        address is { IsAbsoluteUri: true, UserInfo.Length: > 0 }
            ? [$"Tracking:{name} holds a user or a password, which are not kept with a run: MLflow's go into MLFLOW_TRACKING_USERNAME and "
                + "MLFLOW_TRACKING_PASSWORD, OpenTelemetry's into OTEL_EXPORTER_OTLP_HEADERS."]
        : address is null or { IsAbsoluteUri: true, Scheme: "http" or "https" } ? []
        : [$"Tracking:{name} is '{address.OriginalString}'; it must be an address such as {example}."];
}
