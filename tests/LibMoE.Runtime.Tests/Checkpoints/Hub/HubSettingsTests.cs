namespace LibMoE.Runtime.Tests.Checkpoints.Hub;

public sealed class HubSettingsTests
{
    [Theory]
    [InlineData("/homes/u/.cache/huggingface/hub", "HOME=/homes/u")]
    [InlineData("/x/huggingface/hub", "HOME=/homes/u", "XDG_CACHE_HOME=/x")]
    [InlineData("/hf/hub", "HOME=/homes/u", "XDG_CACHE_HOME=/x", "HF_HOME=/hf")]
    [InlineData("/homes/u/hf/hub", "HOME=/homes/u", "HF_HOME=~/hf")]
    [InlineData("/old", "HF_HOME=/hf", "HUGGINGFACE_HUB_CACHE=/old")]
    [InlineData("/own", "HF_HOME=/hf", "HUGGINGFACE_HUB_CACHE=/old", "HF_HUB_CACHE=/own")]
    public void The_cache_is_where_the_fields_tools_have_theirs(string cache, params string[] variables) =>
        Assert.Equal(cache, Of(variables).Cache);

    [Theory]
    [InlineData(true, "HF_HUB_OFFLINE=1")]
    [InlineData(true, "HF_HUB_OFFLINE=true")]
    [InlineData(true, "HF_HUB_OFFLINE=YES")]
    [InlineData(true, "TRANSFORMERS_OFFLINE=on")]
    [InlineData(false, "HF_HUB_OFFLINE=0")]
    [InlineData(false, "HF_HUB_OFFLINE=")]
    [InlineData(false, "HF_HUB_OFFLINE=0", "TRANSFORMERS_OFFLINE=1")]
    public void Offline_is_what_the_fields_tools_take_for_true(bool offline, params string[] variables) =>
        Assert.Equal(offline, Of(variables).Offline);

    [Fact]
    public void An_endpoint_has_no_password_in_it_and_no_message_repeats_one()
    {
        Assert.Equal("http://127.0.0.1:5/mirror", Of("HF_ENDPOINT=http://127.0.0.1:5/mirror/").Endpoint.AbsoluteUri);
        Assert.All(["https://me:secret@example.org", "example.org", "ftp://example.org", "https://example.org/?key=secret"], bad =>
        {
            var error = Assert.Throws<ConfigurationException>(() => Of($"HF_ENDPOINT={bad}"));
            Assert.Contains("HF_ENDPOINT must be", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Settings_print_no_token() =>
        Assert.DoesNotContain("hf_secret", Of("HF_TOKEN=hf_secret").ToString()!, StringComparison.Ordinal);

    private static HubSettings Of(params string[] variables)
    {
        var values = variables.ToDictionary(text => text.Split('=')[0], text => text.Split('=', 2)[1]);
        return HubSettings.From(name => values.GetValueOrDefault(name));
    }
}
