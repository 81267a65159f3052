using LibMoE.Runtime.Reporting.Watching;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace LibMoE.Runtime.Reporting.Tracking;

/// <summary>
/// Hands the instruments and spans of training to OpenTelemetry: metrics and traces by OTLP, and a page that Prometheus reads. What the
/// options leave open, the variables of OpenTelemetry's specification say (<c>OTEL_EXPORTER_OTLP_…</c>, <c>OTEL_SERVICE_NAME</c>,
/// <c>OTEL_RESOURCE_ATTRIBUTES</c>). What is left is sent when this is disposed.
/// </summary>
internal sealed class TelemetryExport : IDisposable
{
    private const int MillisecondsBetweenExports = 5000;

    private static readonly (string Name, Func<TelemetryExport, bool> Wanted, Func<TelemetryExport, IDisposable> Make)[] Table =
    [
        ("OTLP metrics", export => export.SendsTo("METRICS"), export => export.OtlpMetrics()),
        ("OTLP traces", export => export.SendsTo("TRACES") && !export.IsForMetricsAlone, export => export.OtlpTraces()),
        ("Prometheus", export => export._options.PrometheusPort is not null || Exporters("METRICS").Contains("prometheus"),
            export => export.Prometheus()),
    ];

    private readonly TrackingOptions _options;
    private readonly IHostEnvironment _environment;
    private readonly ILogger<TelemetryExport> _log;
    private readonly List<IDisposable> _exporters = [];
    private bool _begun;

    /// <summary>Exports nothing until <see cref="Begin"/>.</summary>
    /// <remarks>The meter and the traces are asked for so that they outlive this: their last figures are still to be sent.</remarks>
    public TelemetryExport(
        TrackingOptions tracking, WatchOptions watch, TrainingMeter meter, TrainingTraces traces, IHostEnvironment environment,
        ILogger<TelemetryExport> log)
    {
        (_, _, _environment, _log) = (meter, traces, environment, log);
        _options = tracking with
        {
            OtlpProtocol = tracking.OtlpProtocol
                ?? (tracking.OtlpEndpoint is null && watch.OtlpEndpoint is null ? null : watch.OtlpProtocol),
            OtlpEndpoint = tracking.OtlpEndpoint ?? watch.OtlpEndpoint,
        };
    }

    /// <summary>Begins what is configured; what cannot begin is said, and stops nothing.</summary>
    public void Begin()
    {
        if (_begun || Variable("OTEL_SDK_DISABLED") is "true" or "True" or "TRUE")
        {
            return;
        }

        _begun = true;
        foreach (var (name, wanted, make) in Table)
        {
            try
            {
                if (wanted(this))
                {
                    _exporters.Add(make(this));
                }
            }
#pragma warning disable CA1031 // Whatever an exporter dies of, the run goes on.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                TrackerLog.Failed(_log, name, failure.GetBaseException().Message.Split('\n')[0].TrimEnd('.'));
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var exporter in _exporters)
        {
            exporter.Dispose();
        }

        _exporters.Clear();
    }

    private bool SendsTo(string signal) => (Exporters(signal) is var named && (named.Length == 0 || named.Contains("otlp")))
        && (_options.OtlpEndpoint is not null
            || Variable("OTEL_EXPORTER_OTLP_ENDPOINT") is not null || Variable($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT") is not null);

    /// <summary>An address with a path is that of one signal, and it was that of metrics before there were traces.</summary>
    private bool IsForMetricsAlone =>
        _options is { OtlpEndpoint.AbsolutePath: not "/", OtlpProtocol: not OtlpProtocol.Grpc };

    private MeterProvider OtlpMetrics() => Sdk.CreateMeterProviderBuilder().AddMeter(TrainingMeter.Name).SetResourceBuilder(Resource())
        .AddOtlpExporter((exporter, reader) =>
        {
            Configure(exporter, "v1/metrics");
            if (Variable("OTEL_METRIC_EXPORT_INTERVAL") is null)
            {
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = MillisecondsBetweenExports;
            }
        }).Build();

    private TracerProvider OtlpTraces() => Sdk.CreateTracerProviderBuilder().AddSource(TrainingTraces.Name).SetResourceBuilder(Resource())
        .AddOtlpExporter(exporter => Configure(exporter, "v1/traces")).Build();

    private MeterProvider Prometheus() => Sdk.CreateMeterProviderBuilder().AddMeter(TrainingMeter.Name).SetResourceBuilder(Resource())
        .AddPrometheusHttpListener(listener =>
        {
            if (_options.PrometheusPort is { } port)
            {
                (listener.Host, listener.Port) = ("localhost", port);
            }
        }).Build();

    /// <summary>Which exporters the specification's variable names; empty where it names none.</summary>
    private static string[] Exporters(string signal) => Variable($"OTEL_{signal}_EXPORTER")
        ?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];

    private void Configure(OtlpExporterOptions exporter, string path)
    {
        if (_options.OtlpProtocol is { } protocol)
        {
            exporter.Protocol = protocol == OtlpProtocol.Grpc ? OtlpExportProtocol.Grpc : OtlpExportProtocol.HttpProtobuf;
        }

        if (_options.OtlpEndpoint is { } endpoint)
        {
            // The exporter appends the signal's path only to an address from the environment.
            exporter.Endpoint = exporter.Protocol == OtlpExportProtocol.HttpProtobuf && endpoint.AbsolutePath == "/"
                ? new Uri(endpoint, path)
                : endpoint;
        }
    }

    /// <summary>The environment's own words go before the program's name.</summary>
    private ResourceBuilder Resource() => Variable("OTEL_SERVICE_NAME") is null
        ? ResourceBuilder.CreateDefault().AddService(_environment.ApplicationName)
        : ResourceBuilder.CreateDefault();

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
