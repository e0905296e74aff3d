// What is set on the function app once it is there: settings, publishing, logs. The same on both plans,
// but for what Elastic Premium must be told and Flex Consumption refuses.
param siteName string
param hosting string
param packageVersion string
param packageIdentityId string
param identityClientId string
param storage object
param packageContainer string
param vaultUri string
param insightsConnection string
param workspaceId string
param inbound array
param deployers array

// What the deployment decides; docs/settings.md says what each means.
param cloud string
param clientId string
param operatorTenantId string
param publicBaseUrl string
param sweepSchedule string
param rolePreset string
param memberAccess bool
param supportContact string
param customerAgreementUrl string

resource site 'Microsoft.Web/sites@2024-04-01' existing = {
  name: siteName

  // Nobody signs in to publish with a user name and a password.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

var url = empty(publicBaseUrl) ? 'https://${site.properties.defaultHostName}' : publicBaseUrl

// Elastic Premium would want a key for its content share. Started from the package it needs none.
// Without a version there is no package yet: the account that takes it has just been made.
var premiumSettings = {
  FUNCTIONS_EXTENSION_VERSION: '~4'
  FUNCTIONS_WORKER_RUNTIME: 'python'
}
var packageSettings = {
  WEBSITE_RUN_FROM_PACKAGE: '${packageContainer}/app-${packageVersion}.zip'
  WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID: packageIdentityId
}

// AzureWebJobsDisableHomepage: `/` is ours, not a page of the platform.
// AzureWebJobsFeatureFlags: the host keeps no table of events of its own, for which it has no right.
// PYTHON_ENABLE_OPENTELEMETRY: the worker hands over the host's span, and the host leaves the app's
// log lines to the app, which sends them itself. Libraries of the worker before 1.3 fail every call
// with it; the package brings its own (requirements.txt).
// FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: the host reads a body before the app sees any of it, 100 MB by
// default. Beyond 1 MiB it answers 500 without a body; from 64 KiB on the app says 413.
var hostSettings = {
  AzureWebJobsDisableHomepage: 'true'
  AzureWebJobsFeatureFlags: 'DisableDiagnosticEventLogging'
  AzureWebJobsStorage__blobServiceUri: storage.blob
  AzureWebJobsStorage__credential: 'managedidentity'
  FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '1048576'
  PYTHON_ENABLE_OPENTELEMETRY: 'true'
}

// The host reads some of them, too.
var appSettings = {
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnection
  AZURE_FUNCTIONS_ENVIRONMENT: 'Production'
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__queueServiceUri: storage.queue
  AzureWebJobsStorage__tableServiceUri: storage.table
  CLIENT_ID: clientId
  CLOUD: cloud
  COMMANDS_PER_SECOND: '20'
  CUSTOMER_AGREEMENT_URL: customerAgreementUrl
  FEED_HOLD_SECONDS: '15'
  FORM_SECONDS: '1200'
  INVITATIONS_PER_DAY: '2000'
  MEMBER_ACCESS: toLower(string(memberAccess))
  MESSAGES_PER_SECOND: '12'
  OPERATOR_TENANT_ID: operatorTenantId
  PROFILE_CACHE_SECONDS: '60'
  PUBLIC_BASE_URL: url
  READS_AT_ONCE: '12'
  ROLE_PRESET: rolePreset
  SESSION_KEYS: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/session-keys)'
  SESSION_SECONDS: '1800'
  SIGN_IN_FRESH_SECONDS: '600'
  SIGN_IN_IDENTITY: identityClientId
  STORAGE_CLIENT: 'engine'
  SUPPORT_CONTACT: supportContact
  SWEEP_SCHEDULE: sweepSchedule
  WEBHOOK_CHANGES_PER_DAY: '100'
  WEBHOOK_SECRET_KEY: '@Microsoft.KeyVault(SecretUri=${vaultUri}secrets/webhook-secret-key)'
}

resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: site
  name: 'appsettings'
  properties: union(
    hosting == 'elasticPremium' ? premiumSettings : {},
    hosting == 'elasticPremium' && !empty(packageVersion) ? packageSettings : {},
    hostSettings,
    appSettings
  )
}

// Who may call: ranges, or the names that Azure has for its own (a gateway, Front Door). Deployers reach
// the site that packages go to, and nothing else.
resource access 'Microsoft.Web/sites/config@2024-04-01' = if (!empty(inbound)) {
  parent: site
  name: 'web'
  properties: {
    ipSecurityRestrictionsDefaultAction: 'Deny'
    ipSecurityRestrictions: [for (each, i) in inbound: {
      name: 'inbound-${i}'
      priority: 100 + i
      action: 'Allow'
      ipAddress: each
      tag: contains(each, '/') ? 'Default' : 'ServiceTag'
    }]
    scmIpSecurityRestrictionsUseMain: false
    scmIpSecurityRestrictionsDefaultAction: 'Deny'
    scmIpSecurityRestrictions: [for (each, i) in deployers: {
      name: 'deployer-${i}'
      priority: 100 + i
      action: 'Allow'
      ipAddress: contains(each, '/') ? each : '${each}/32'
    }]
  }
  dependsOn: [settings]
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: site
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'FunctionAppLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output id string = site.id
output url string = url
