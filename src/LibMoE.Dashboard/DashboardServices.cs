using LibMoE.Runtime;
using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Dashboard;

/// <summary>Gives a program the verb <c>watch</c>.</summary>
public static class DashboardServices
{
    /// <summary>Registers the server of the live report.</summary>
    public static IServiceCollection AddDashboard(this IServiceCollection services) => services.AddSingleton<IDashboard, DashboardServer>();
}
